// Written by npm run generate from schemas/openapi.json.
export interface paths {
    "/api/v1/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["CallsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["CallsController_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["CallsController_audio"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/peaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["CallsController_peaks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["CallsController_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/scorecards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["CallsController_scorecards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/scorecards/{scorecardId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["CallsController_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/speakers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["CallsController_speakers"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/speech-metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["CallsController_speechMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["CallsController_transcript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/critical-rates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["FiguresController_criticalRates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OperationsController_deadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OperationsController_deadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["OperationsController_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["DeliveriesController_delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["EventsController_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["FiguresController_flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OperationsController_ledger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["PhrasesController_lists"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manifests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["DeliveriesController_manifest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phrases/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["PhrasesController_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phrases/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["PhrasesController_complete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phrases/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["PhrasesController_explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phrases/format": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["PhrasesController_format"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reconciliation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OperationsController_reconciliation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["RecordingsController_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rubrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["RubricsController_list"];
        put?: never;
        post: operations["RubricsController_publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rubrics/{rubricId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["RubricsController_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rubrics/{rubricId}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["RubricsController_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rubrics/backfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["RubricsController_backfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rubrics/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["RubricsController_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rubrics/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["RubricsController_try"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["SearchController_search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/counts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["SearchController_counts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["SearchController_export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["SearchController_facets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["SearchController_find"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["SessionController_begin"];
        delete: operations["SessionController_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["FiguresController_sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["FiguresController_teams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OperationsController_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OperationsController_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OperationsController_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptedCall: {
            callId: string;
            revision: number;
        };
        Backfill: {
            calls: number;
        };
        Call: {
            audioSha256: string;
            callId: string;
            durationMs: number | null;
            language: string | null;
            metadata: {
                [key: string]: unknown;
            };
            name: string;
            receivedAt: number;
            refusal: components["schemas"]["Refusal"] | null;
            revision: number;
            scores: components["schemas"]["ScoreLine"][];
            source: string;
            /** @description A person said that the speakers had been taken for each other. */
            speakersSwapped: boolean;
            /** @enum {string} */
            state: "received" | "transcribed" | "scored" | "failed" | "erased";
        };
        CallFacts: {
            agentId: string | null;
            agentName: string | null;
            callId: string;
            critical: {
                business: number;
                compliance: number;
                customer: number;
            };
            direction: string | null;
            durationMs: number;
            language: string;
            name: string;
            needsReview: number;
            product: string | null;
            queue: string | null;
            receivedAt: number;
            revision: number;
            score: {
                band: string | null;
                /** @description 0 to 100, one decimal. */
                high: number | null;
                /** @description 0 to 100, one decimal. */
                low: number | null;
                /** @description 0 to 100, one decimal. */
                percent: number | null;
                provisional: boolean;
            } | null;
            source: string;
            startedAt: number | null;
            /** @enum {string} */
            state: "received" | "transcribed" | "scored" | "failed" | "erased";
            team: string | null;
            title: string | null;
            /**
             * @description Of the criterion that the filter asks for.
             * @enum {string}
             */
            verdict?: "met" | "unmet" | "not_applicable" | "needs_review";
        };
        CallHits: {
            hits: components["schemas"]["SearchHit"][];
            nearMisses: components["schemas"]["SearchHit"][];
            /** @enum {string} */
            value: "yes" | "no" | "perhaps";
        };
        CallPage: {
            calls: components["schemas"]["Call"][];
            next: string | null;
        };
        Completion: {
            /** @description Code points: what stands from here to `to` is replaced. */
            from: number;
            options: {
                detail: {
                    en: string;
                    zh: string;
                };
                /** @enum {string} */
                kind: "phrase" | "operator" | "scope" | "list" | "class" | "measure" | "count" | "unit" | "punctuation";
                text: string;
            }[];
            to: number;
        };
        CompletionRequest: {
            /** @description Code points from the start of the expression. */
            cursor: number;
            /** @description An expression of the phrase language. */
            expression: string;
            /**
             * @description Keywords of this language come first.
             * @enum {string}
             */
            language?: "zh" | "en";
        };
        CriticalRates: {
            days: {
                business: number;
                compliance: number;
                customer: number;
                date: string;
                scored: number;
            }[];
            from: string;
            to: string;
        };
        DeadLetter: {
            attempts: number;
            callId: string | null;
            code: string;
            diedAt: number;
            id: string;
            kind: string;
            message: string;
            stage: string;
        };
        DeadLetterPage: {
            letters: components["schemas"]["DeadLetter"][];
            next: string | null;
        };
        Delivery: {
            callId: string | null;
            deliveryId: string;
            isNew: boolean;
            refusal: components["schemas"]["Refusal"] | null;
            /** @enum {string} */
            state: "accepted" | "duplicate" | "conflict" | "refused" | "erased";
        };
        DeliveryState: {
            callId: string | null;
            callRefusal: components["schemas"]["Refusal"] | null;
            /** @enum {string|null} */
            callState: "received" | "transcribed" | "scored" | "failed" | "erased" | null;
            deliveryId: string;
            refusal: components["schemas"]["Refusal"] | null;
            /** @enum {string} */
            state: "accepted" | "duplicate" | "conflict" | "refused" | "erased";
        };
        Expression: {
            /** @description An expression of the phrase language. */
            expression: string;
        };
        ExpressionReading: {
            reading: {
                en: string;
                zh: string;
            };
        };
        Flow: {
            /** @description Files that are the recording of a call. */
            accepted: number;
            arrived: number | null;
            calls: {
                erased: number;
                failed: number;
                /** @description Written down; no published rubric is for them. */
                noRubric: number;
                oldestWaitingMs: number | null;
                scored: number;
                total: number;
                /** @description Written down and not scored yet. */
                transcribed: number;
                /** @description Not written down yet. */
                waiting: number;
            };
            conflicts: number;
            duplicates: number;
            erasedFiles: number;
            /** @description Announced by manifests; null where none announced anything. */
            expected: number | null;
            failedBy: {
                code: string;
                count: number;
                /** @description Calls of these whose work can be tried again. */
                replayable: number;
                text: {
                    en: string;
                    zh: string;
                };
            }[];
            /** @description Scored calls in which nothing waits for a person. */
            final: number;
            from: string;
            missing: number | null;
            /** @description Scored calls in which a person must decide something. */
            needsReview: number;
            /** @description Files. */
            received: number;
            refused: number;
            /** @description What must add up, and whether it does. */
            sums: {
                holds: boolean;
                left: number[];
                right: number;
                words: {
                    en: string;
                    zh: string;
                };
            }[];
            to: string;
            updatedAt: number;
        };
        FormattedExpression: {
            formatted: string;
        };
        Health: {
            accepting: boolean;
            dead: number;
            ready: boolean;
            reasons: string[];
            stages: {
                circuit: {
                    dependency: string;
                    since: number;
                } | null;
                oldestReadyMs: number | null;
                ready: number;
                stage: string;
                waiting: number;
                working: number;
            }[];
        };
        LedgerLine: {
            audioSha256: string;
            callId: string | null;
            callRefusal: components["schemas"]["Refusal"] | null;
            /** @enum {string|null} */
            callState: "received" | "transcribed" | "scored" | "failed" | "erased" | null;
            deliveryId: string;
            firstSeenAt: number;
            lastSeenAt: number;
            name: string;
            refusal: components["schemas"]["Refusal"] | null;
            sizeBytes: number;
            source: string;
            /** @enum {string} */
            state: "accepted" | "duplicate" | "conflict" | "refused" | "erased";
            times: number;
        };
        LedgerPage: {
            lines: components["schemas"]["LedgerLine"][];
            next: string | null;
        };
        ManifestResult: {
            problems: {
                line: number;
                message: {
                    en: string;
                    zh: string;
                };
            }[];
            /** @description Lines that are expected from now on. */
            rows: number;
        };
        PhraseCheck: {
            /** @description An index answers it exactly; otherwise its candidates are verified. */
            certain?: boolean;
            errors: components["schemas"]["PhraseError"][];
            formatted?: string;
            ok: boolean;
            reading?: {
                en: string;
                zh: string;
            };
        };
        PhraseError: {
            code: string;
            /** @description From 1, in code points of the line as typed. */
            column: number;
            endColumn: number;
            /** @description What could stand there. */
            expected: {
                en: string;
                zh: string;
            };
            line: number;
            message: {
                en: string;
                zh: string;
            };
            suggestion?: {
                /** @description Code points from the start of the expression. */
                from: number;
                text: string;
                to: number;
                /** @description The expression with the suggestion taken; it can be read. */
                whole: string;
            };
        };
        PhraseLists: {
            lists: {
                entries: number;
                name: string;
                title: {
                    en: string;
                    zh: string;
                };
            }[];
        };
        Problem: {
            code: string;
            detail?: string;
            errors?: {
                message: string;
                path: string;
                text?: {
                    en: string;
                    zh: string;
                };
            }[];
            status: number;
            text?: {
                en: string;
                zh: string;
            };
            title: string;
            type: string;
        };
        PublishedRubric: {
            hash: string;
            rubricId: string;
            version: number;
        };
        Reconciliation: {
            arrived: number;
            date: string;
            duplicates: {
                callId: string | null;
                externalId: string | null;
                name: string;
                source: string;
                startedAt: number | null;
            }[];
            expected: number;
            failed: {
                callId: string | null;
                externalId: string | null;
                name: string;
                reason: components["schemas"]["Refusal"];
                source: string;
                startedAt: number | null;
            }[];
            missing: {
                callId: string | null;
                externalId: string | null;
                name: string;
                source: string;
                startedAt: number | null;
            }[];
            unexpected: {
                callId: string | null;
                externalId: string | null;
                name: string;
                source: string;
                startedAt: number | null;
            }[];
            unfinished: {
                callId: string | null;
                externalId: string | null;
                name: string;
                source: string;
                startedAt: number | null;
            }[];
            zoneOffset: string;
        };
        Refusal: {
            code: string;
            text: {
                en: string;
                zh: string;
            };
        };
        RetriedCall: {
            callId: string;
            /** @description How many pieces of work are tried again. */
            tried: number;
        };
        RubricCheck: {
            errors: {
                /** @description From 1, in code points. */
                column: number;
                line: number;
                /** @description Such as sections.0.criteria.2.points; empty for the file as a whole. */
                path: string;
                text: {
                    en: string;
                    zh: string;
                };
            }[];
            hash?: string;
            id?: string;
            ok: boolean;
            rubric?: components["schemas"]["RubricOutline"];
            title?: {
                en: string;
                zh: string;
            };
        };
        RubricHistory: {
            id: string;
            title: {
                en: string;
                zh: string;
            };
            versions: {
                current: boolean;
                hash: string;
                publishedAt: number;
                version: number;
            }[];
        };
        RubricList: {
            rubrics: {
                criteria: number;
                hash: string;
                id: string;
                order: number;
                title: {
                    en: string;
                    zh: string;
                };
                version: string;
            }[];
        };
        RubricOutline: {
            bands: {
                from: number;
                name: string;
            }[];
            for: {
                [key: string]: string[];
            };
            languages: ("zh" | "en")[];
            /** @enum {string} */
            method: "share" | "points";
            pass: number | null;
            scripts: {
                id: string;
                steps: {
                    id: string;
                    required: boolean;
                    title: {
                        en: string;
                        zh: string;
                    } | null;
                }[];
                title: {
                    en: string;
                    zh: string;
                } | null;
                /** @enum {string} */
                wording: "verbatim" | "meaning";
            }[];
            sections: {
                criteria: {
                    /** @enum {boolean} */
                    bonus?: true;
                    /** @enum {string} */
                    critical?: "customer" | "business" | "compliance";
                    id: string;
                    /** @enum {boolean} */
                    judged?: true;
                    /** @description Such as 1.2. */
                    number: string;
                    /** @enum {boolean} */
                    peopleOnly?: true;
                    points: number;
                    question: {
                        en: string;
                        zh: string;
                    };
                    script?: string;
                }[];
                id: string;
                title: {
                    en: string;
                    zh: string;
                };
                weight: number;
            }[];
        };
        RubricText: {
            /** @description A rubric file. */
            yaml: string;
        };
        RubricTrial: {
            callId: string;
            /** @description A rubric file. */
            yaml: string;
        };
        RubricTrialResult: {
            card: {
                callId: string;
                criteria: ({
                    bonus: boolean;
                    confirmed?: boolean;
                    /** @enum {string} */
                    critical?: "customer" | "business" | "compliance";
                    /** @enum {string} */
                    criticalSets?: "call" | "section";
                    /** @enum {string} */
                    decidedBy: "rule" | "judge" | "person";
                    earned: number;
                    evidence: ({
                        endMs: number;
                        /** @enum {string} */
                        of?: "applies_when" | "met_when" | "unmet_when" | "must_come_before" | "script" | "judge" | "person";
                        /** @enum {boolean} */
                        possible?: true;
                        score: number;
                        speaker: string;
                        startMs: number;
                        text: string;
                        turnId: string | null;
                        why?: {
                            en: string;
                            zh: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    })[];
                    id: string;
                    judge?: {
                        confidence: number;
                        model: string;
                        promptHash: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /** @enum {string} */
                    machine?: "met" | "unmet" | "not_applicable" | "needs_review";
                    nearMisses?: ({
                        endMs: number;
                        speaker: string;
                        startMs: number;
                        text: string;
                        turnId: string | null;
                        why: {
                            en: string;
                            zh: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    })[];
                    /** @enum {boolean} */
                    open?: true;
                    /** @enum {boolean} */
                    outOfPlace?: true;
                    possible: number;
                    question: {
                        en: string;
                        zh: string;
                    } & {
                        [key: string]: unknown;
                    };
                    reason: {
                        en: string;
                        zh: string;
                    } & {
                        [key: string]: unknown;
                    };
                    script?: {
                        completeness: number;
                        steps: ({
                            answer?: {
                                evidence: ({
                                    endMs: number;
                                    /** @enum {string} */
                                    of?: "applies_when" | "met_when" | "unmet_when" | "must_come_before" | "script" | "judge" | "person";
                                    /** @enum {boolean} */
                                    possible?: true;
                                    score: number;
                                    speaker: string;
                                    startMs: number;
                                    text: string;
                                    turnId: string | null;
                                    why?: {
                                        en: string;
                                        zh: string;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                })[];
                                /** @enum {string} */
                                heard: "affirm" | "negate" | "unclear" | "refused" | "none" | "not_heard_well";
                                /** @enum {string} */
                                wanted: "affirm" | "negate" | "any";
                            } & {
                                [key: string]: unknown;
                            };
                            completeness: number;
                            evidence: ({
                                endMs: number;
                                /** @enum {string} */
                                of?: "applies_when" | "met_when" | "unmet_when" | "must_come_before" | "script" | "judge" | "person";
                                /** @enum {boolean} */
                                possible?: true;
                                score: number;
                                speaker: string;
                                startMs: number;
                                text: string;
                                turnId: string | null;
                                why?: {
                                    en: string;
                                    zh: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            id: string;
                            required: boolean;
                            should: string;
                            /** @enum {string} */
                            state: "said" | "partly" | "missed" | "out_of_place" | "wrong_speaker";
                            tokens: ({
                                /** @enum {string} */
                                kind: "same" | "sounds" | "changed" | "left_out" | "added";
                                said?: string;
                                should?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            trouble?: {
                                en: string;
                                zh: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                    searched?: {
                        endMs: number;
                        /** @enum {string} */
                        speaker: "agent" | "customer" | "anyone";
                        startMs: number;
                    } & {
                        [key: string]: unknown;
                    };
                    section: string;
                    /** @enum {string} */
                    verdict: "met" | "unmet" | "not_applicable" | "needs_review";
                } & {
                    [key: string]: unknown;
                })[];
                critical: {
                    business: number;
                    compliance: number;
                    customer: number;
                    inReview: number;
                    nonCritical: number;
                    unconfirmed: number;
                } & {
                    [key: string]: unknown;
                };
                fits: boolean;
                judge?: {
                    answeredTokens: number;
                    askedTokens: number;
                    costMicros: number;
                } & {
                    [key: string]: unknown;
                };
                languages: ("zh" | "en")[];
                made: {
                    scoring: string;
                } & {
                    [key: string]: unknown;
                };
                rubric: {
                    hash: string;
                    id: string;
                    title: {
                        en: string;
                        zh: string;
                    } & {
                        [key: string]: unknown;
                    };
                    version: number;
                } & {
                    [key: string]: unknown;
                };
                score: {
                    band: string | null;
                    beforeCritical: number | null;
                    beforeCriticalHigh: number | null;
                    beforeCriticalLow: number | null;
                    high: number | null;
                    low: number | null;
                    passed: boolean | null;
                    percent: number | null;
                    provisional: boolean;
                } & {
                    [key: string]: unknown;
                };
                sections: ({
                    beforeCritical: number | null;
                    earned: number;
                    id: string;
                    percent: number | null;
                    possible: number;
                    title: {
                        en: string;
                        zh: string;
                    } & {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                })[];
                transcript: {
                    engine?: {
                        model?: string;
                        name: string;
                        version?: string;
                    } & {
                        [key: string]: unknown;
                    };
                    hash: string;
                } & {
                    [key: string]: unknown;
                };
                /** @enum {number} */
                version: 1;
            } & {
                [key: string]: unknown;
            };
            /** @description Whether the rubric is for calls like this one; it was scored in either case. */
            fits: boolean;
        };
        RubricVersion: {
            hash: string;
            id: string;
            rubric: components["schemas"]["RubricOutline"];
            title: {
                en: string;
                zh: string;
            };
            version: number;
            yaml: string;
        };
        ScorecardHistory: {
            versions: {
                madeAt: number;
                percent: number | null;
                provisional: boolean;
                rubricVersion: number;
                scorecardId: string;
            }[];
        };
        ScorecardList: {
            scorecards: {
                card: {
                    [key: string]: unknown;
                };
                headline: boolean;
                rubricId: string;
                scorecardId: string;
            }[];
        };
        ScoreLine: {
            critical: {
                business: number;
                compliance: number;
                customer: number;
            };
            headline: boolean;
            percent: number | null;
            provisional: boolean;
            rubricId: string;
            scorecardId: string;
        };
        SearchCount: {
            calls: number;
            exact: boolean;
            hits: number;
        };
        SearchExportRequest: {
            /** @description Only these of the calls found. */
            callIds?: string[];
            /**
             * @description An expression of the phrase language; empty: every call of the filters.
             * @default
             */
            expression: string;
            /** @default {} */
            filters: components["schemas"]["SearchFilters"];
            /** @enum {string} */
            format: "csv" | "jsonl";
            /**
             * @default newest
             * @enum {string}
             */
            sort: "newest" | "oldest" | "score" | "duration" | "match";
        };
        SearchFacets: {
            agent: {
                count: number;
                name: string | null;
                value: string | null;
            }[];
            calls: number;
            criteria: {
                criterionId: string;
                met: number;
                needsReview: number;
                notApplicable: number;
                question: {
                    en: string;
                    zh: string;
                } | null;
                rubricId: string;
                unmet: number;
            }[];
            critical: {
                count: number;
                /** @enum {string} */
                value: "customer" | "business" | "compliance" | "none";
            }[];
            date: {
                count: number;
                date: string;
            }[];
            direction: {
                count: number;
                value: string | null;
            }[];
            exact: boolean;
            language: {
                count: number;
                value: string | null;
            }[];
            needsReview: number;
            product: {
                count: number;
                value: string | null;
            }[];
            queue: {
                count: number;
                value: string | null;
            }[];
            score: {
                count: number;
                from: number;
                to: number;
            }[];
            source: {
                count: number;
                value: string | null;
            }[];
            team: {
                count: number;
                value: string | null;
            }[];
            verdict?: {
                count: number;
                /** @enum {string} */
                verdict: "met" | "unmet" | "not_applicable" | "needs_review";
            }[];
        };
        SearchFacetsRequest: {
            /**
             * @description An expression of the phrase language; empty: every call of the filters.
             * @default
             */
            expression: string;
            /** @default {} */
            filters: components["schemas"]["SearchFilters"];
        };
        SearchFilters: {
            /** @description Agents' ids. */
            agents?: string[];
            criterion?: {
                criterionId: string;
                rubricId?: string;
                verdicts: ("met" | "unmet" | "not_applicable" | "needs_review")[];
            };
            critical?: ("customer" | "business" | "compliance" | "none")[];
            directions?: string[];
            /**
             * Format: date
             * @description First day, in the centre's time zone.
             */
            from?: string;
            languages?: string[];
            maxDurationMs?: number;
            maxScore?: number;
            minDurationMs?: number;
            /** @description Of the headline scorecard. */
            minScore?: number;
            needsReview?: boolean;
            products?: string[];
            queues?: string[];
            sources?: string[];
            states?: ("received" | "transcribed" | "scored" | "failed" | "erased")[];
            teams?: string[];
            /**
             * Format: date
             * @description Last day.
             */
            to?: string;
        };
        SearchHit: {
            endMs: number;
            /** @description UTF-16 offsets in the sentence: from, to. */
            marks: number[][];
            possible: boolean;
            score: number;
            sentence: string;
            /** @enum {string} */
            setting: "plain" | "asked" | "reported" | "supposed" | "denied";
            speaker: string;
            startMs: number;
            turnId: string | null;
            why: {
                en: string;
                zh: string;
            } | null;
        };
        SearchRequest: {
            /** @description `next` of the page before. */
            after?: string;
            /**
             * @description An expression of the phrase language; empty: every call of the filters.
             * @default
             */
            expression: string;
            /** @default {} */
            filters: components["schemas"]["SearchFilters"];
            /**
             * @description Calls.
             * @default 20
             */
            limit: number;
            /**
             * @default newest
             * @enum {string}
             */
            sort: "newest" | "oldest" | "score" | "duration" | "match";
        };
        SearchResult: {
            calls: {
                call: components["schemas"]["CallFacts"];
                hitCount: number;
                hits: components["schemas"]["SearchHit"][];
                /** @enum {string} */
                value: "yes" | "perhaps";
            }[];
            /** @description Where the exact count can be asked for, once it is known. */
            countId: string | null;
            counts: {
                calls: number;
                candidates: number | null;
                /** @description The index's answer is exact; otherwise its candidates are verified. */
                certain: boolean;
                /** @description False: at least so many. */
                exact: boolean;
                hits: number | null;
            };
            next: string | null;
            tookMs: number;
        };
        Sources: {
            sources: {
                calls: number;
                conflicts: number;
                duplicates: number;
                failed: number;
                files: number;
                lastSeenAt: number;
                refused: number;
                source: string;
            }[];
        };
        Speakers: {
            /** @description Whether agent and customer were taken for each other. */
            swapped: boolean;
        };
        Teams: {
            all: {
                /** @description Calls with at least one error of the class. */
                critical: {
                    business: number;
                    compliance: number;
                    customer: number;
                };
                days: {
                    date: string;
                    /** @description 0 to 100, one decimal. */
                    mean: number | null;
                    scored: number;
                }[];
                /** @description 0 to 100, one decimal. */
                mean: number | null;
                needsReview: number;
                people: number;
                scored: number;
            };
            from: string;
            teams: {
                /** @description Calls with at least one error of the class. */
                critical: {
                    business: number;
                    compliance: number;
                    customer: number;
                };
                days: {
                    date: string;
                    /** @description 0 to 100, one decimal. */
                    mean: number | null;
                    scored: number;
                }[];
                /** @description 0 to 100, one decimal. */
                mean: number | null;
                needsReview: number;
                people: number;
                scored: number;
                /** @description Null: calls of no team. */
                team: string | null;
            }[];
            to: string;
        };
        Token: {
            token: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    CallsController_list: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallPage"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its ETag begins with the revision, and is good for If-Match. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            /** @description As it was under the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_audio: {
        parameters: {
            query?: {
                direct?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The playback rendition, redacted. HTTP ranges are answered with 206. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description With `direct`, where the settings allow it: an address in the object store that is good for a while. */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_peaks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description peaks.v1: the waveform per channel, made from the rendition. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_retry: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again (24 h); with another request it is refused. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What failed or was refused is tried again. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedCall"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nothing of this call failed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_scorecards: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description scorecard.v1 for every rubric that is for this call, the headline first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScorecardList"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                scorecardId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every score that this rubric gave, the newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScorecardHistory"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_speakers: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the call that the person looked at. */
                "If-Match": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Speakers"];
            };
        };
        responses: {
            /** @description Transcript, metrics and scores are made again; what people decided stays. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedCall"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The call has changed since. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is needed. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_speechMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description speech-metrics.v1: talk, silence, overtalk, rates, hold, loudness. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CallsController_transcript: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description transcript.v1, redacted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        callId?: string;
                        dropped?: {
                            channel: number;
                            endMs: number;
                            /** @enum {string} */
                            reason: "bracketed" | "known-invention" | "loop" | "no-speech" | "outside-speech" | "sound" | "crosstalk" | "prompt";
                            startMs: number;
                            words: number;
                        }[];
                        durationMs: number;
                        engine?: {
                            model?: string;
                            name: string;
                            version?: string;
                        } & {
                            [key: string]: unknown;
                        };
                        language: string;
                        /** @enum {string} */
                        layout: "agent-left" | "agent-right" | "mono";
                        redactions?: ({
                            confidence: number;
                            end: number;
                            endMs: number;
                            kind: string;
                            start: number;
                            startMs: number;
                            turnId: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        sounds?: ({
                            channel: number;
                            endMs: number;
                            /** @enum {string} */
                            kind: "music" | "ringback" | "menu" | "dtmf" | "beep";
                            startMs: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                        turns: ({
                            /** @default 0 */
                            channel: number;
                            endMs: number;
                            id: string;
                            /** @enum {string} */
                            speaker: "agent" | "customer" | "system" | "unknown";
                            /** @default 1 */
                            speakerConfidence: number;
                            startMs: number;
                            text: string;
                            words?: ({
                                confidence?: number;
                                endMs: number;
                                startMs: number;
                                text: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            written?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        unintelligible?: {
                            channel: number;
                            endMs: number;
                            /** @enum {string} */
                            speaker: "agent" | "customer" | "system" | "unknown";
                            startMs: number;
                        }[];
                        /** @enum {number} */
                        version: 1;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description As it was under the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FiguresController_criticalRates: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For each day the scored calls, and those with at least one critical error of a class. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CriticalRates"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    OperationsController_deadLetters: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    OperationsController_deadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    OperationsController_replay: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again (24 h); with another request it is refused. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is tried again. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    DeliveriesController_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the file was, and what became of its call. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryState"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    EventsController_events: {
        parameters: {
            query?: {
                /** @description As Last-Event-ID, for clients that cannot set it. */
                after?: string;
            };
            header?: {
                /** @description Everything after this event is sent, if that is known still. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events: `hello` {resumed} first (false: ask anew for what you show); `call` {callId, revision, state}; `delivery` {deliveryId, state, callId}; `stages` {accepting, dead, stages}. A comment every 15 s keeps the line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Too many pages listen. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FiguresController_flow: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What arrived of some days, what became of it, and the sums. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    OperationsController_ledger: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                state?: "accepted" | "duplicate" | "conflict" | "refused" | "erased" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A line for every file ever seen, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerPage"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PhrasesController_lists: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The named lists that every expression may use as @name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhraseLists"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    DeliveriesController_manifest: {
        parameters: {
            query?: {
                source?: string;
            };
            header?: {
                /** @description The same key with the same request gives the first answer again (24 h); with another request it is refused. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description The lines without a problem are expected to arrive; the same manifest again changes nothing. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManifestResult"];
                };
            };
            /** @description No line of it can be used. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PhrasesController_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Expression"];
            };
        };
        responses: {
            /** @description What it means, or where it cannot be read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhraseCheck"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PhrasesController_complete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompletionRequest"];
            };
        };
        responses: {
            /** @description What can be written at the cursor. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Completion"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PhrasesController_explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Expression"];
            };
        };
        responses: {
            /** @description The expression in plain words. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpressionReading"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PhrasesController_format: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Expression"];
            };
        };
        responses: {
            /** @description The one canonical spelling. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormattedExpression"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    OperationsController_reconciliation: {
        parameters: {
            query: {
                date: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What arrived of a day against what manifests announced; a call belongs to the day of its start. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reconciliation"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RecordingsController_upload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The recording.
                     */
                    file: string;
                    /** @description JSON object of what is known of the call. Single fields (externalId, agentId, ...) are taken too. */
                    metadata?: string;
                    /** @description When the file was last changed, UTC milliseconds. */
                    modifiedAt?: number;
                    /** @description Name of the source on the ledger; default: upload. External ids are unique within a source. */
                    source?: string;
                    /**
                     * Format: binary
                     * @description A transcript to read instead of recognising.
                     */
                    transcript?: string;
                };
            };
        };
        responses: {
            /** @description On the ledger. `state` says what the file is. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Below the free-disk limit; Retry-After says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RubricsController_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What calls are scored by now, by order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RubricList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RubricsController_publish: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again (24 h); with another request it is refused. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RubricText"];
            };
        };
        responses: {
            /** @description Frozen as the next version; the same text again gives its old version. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedRubric"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RubricsController_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rubricId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every version that was published, the newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RubricHistory"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RubricsController_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rubricId: string;
                /** @description A number from 1, or `current`. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file as it was published, and its outline. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RubricVersion"];
                };
            };
            /** @description As it was under the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RubricsController_backfill: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again (24 h); with another request it is refused. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The published rubrics are applied to the past, behind new calls. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RubricsController_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RubricText"];
            };
        };
        responses: {
            /** @description Every error at its line, or what the rubric is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RubricCheck"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RubricsController_try: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RubricTrial"];
            };
        };
        responses: {
            /** @description What a draft says of a call, without a judge and without what people decided. Nothing is kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RubricTrialResult"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SearchController_search: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchRequest"];
            };
        };
        responses: {
            /** @description A page of calls with their hits as sentences. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResult"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SearchController_counts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far the count of a search has come. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchCount"];
                };
            };
            /** @description Not known any more: search again. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SearchController_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchExportRequest"];
            };
        };
        responses: {
            /** @description Every call of the search in its order. CSV: a line a hit; JSONL: a line a call. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SearchController_facets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchFacetsRequest"];
            };
        };
        responses: {
            /** @description How the calls of a search spread over what is known of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchFacets"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SearchController_find: {
        parameters: {
            query: {
                call: string;
                expression: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What an expression finds in one call, and what came near. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallHits"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SessionController_begin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Token"];
            };
        };
        responses: {
            /** @description The cookie is set; it is good for twelve hours. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This server has no token: nobody needs a session. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SessionController_end: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cookie is taken back. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FiguresController_sources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where recordings come from, and what became of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sources"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FiguresController_teams: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Scores and critical errors by team, of headline scorecards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Teams"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    OperationsController_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    OperationsController_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    OperationsController_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
