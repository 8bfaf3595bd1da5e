import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answer, api, ApiError, type Schemas } from '../../api/client.ts';
import type { Scorecard } from './scorecard.ts';
import type { TurnOf } from './turn-text.ts';

/** `transcript.v1`, the parts that the page shows. */
export interface Transcript {
  readonly language: string;
  readonly durationMs: number;
  readonly layout: 'agent-left' | 'agent-right' | 'mono';
  readonly turns: readonly (TurnOf & { readonly channel: number; readonly speakerConfidence: number })[];
  readonly sounds?: readonly {
    readonly kind: string;
    readonly startMs: number;
    readonly endMs: number;
    readonly channel: number;
  }[];
}

/** `peaks.v1`. */
export interface Peaks {
  readonly stepMs: number;
  readonly durationMs: number;
  /** Base64 of signed bytes: lowest and highest of each step. */
  readonly channels: readonly string[];
}

/** `speech-metrics.v1`, the parts that the page shows. */
export interface Metrics {
  readonly talk: { readonly agentPerMille?: number };
  readonly silences: readonly { readonly startMs: number; readonly endMs: number }[];
  readonly overtalk: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly by: string;
    readonly turnId: string;
  }[];
}

export interface CallWithTag {
  readonly call: Schemas['Call'];
  /** The entity tag: what a change must name, so that nothing is changed that nobody has seen. */
  readonly tag: string | undefined;
}

export interface ScoredBy {
  readonly scorecardId: string;
  readonly rubricId: string;
  readonly headline: boolean;
  readonly card: Scorecard;
}

export function useCall(callId: string): UseQueryResult<CallWithTag> {
  return useQuery({
    queryKey: ['call', callId, 'call'],
    queryFn: async () => {
      const { data, response } = await api.GET('/api/v1/calls/{id}', { params: { path: { id: callId } } });
      return { call: data as Schemas['Call'], tag: response.headers.get('etag') ?? undefined };
    },
  });
}

const later = { retry: false, staleTime: 60_000 } as const;

export function useTranscript(callId: string, there: boolean): UseQueryResult<Transcript> {
  return useQuery({
    queryKey: ['call', callId, 'transcript'],
    enabled: there,
    ...later,
    queryFn: async () =>
      (await answer(api.GET('/api/v1/calls/{id}/transcript', { params: { path: { id: callId } } }))) as unknown as Transcript,
  });
}

/** Null where the call has none, which is no error. */
export function useMade<T>(callId: string, what: 'peaks' | 'speech-metrics', there: boolean): UseQueryResult<T | null> {
  return useQuery({
    queryKey: ['call', callId, what],
    enabled: there,
    ...later,
    queryFn: async () => {
      try {
        const asked = { params: { path: { id: callId } }, parseAs: 'json' as const };
        const { data } =
          what === 'peaks'
            ? await api.GET('/api/v1/calls/{id}/peaks', asked)
            : await api.GET('/api/v1/calls/{id}/speech-metrics', asked);
        return data as T;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
}

export function useScorecards(callId: string, there: boolean): UseQueryResult<readonly ScoredBy[]> {
  return useQuery({
    queryKey: ['call', callId, 'scorecards'],
    enabled: there,
    queryFn: async () => {
      const { scorecards } = await answer(api.GET('/api/v1/calls/{id}/scorecards', { params: { path: { id: callId } } }));
      return scorecards.map(({ card, ...rest }) => ({ ...rest, card: card as unknown as Scorecard }));
    },
  });
}

/** Every score that the rubric of a scorecard gave this call, the newest first. */
export function useHistory(callId: string, scorecardId: string): UseQueryResult<Schemas['ScorecardHistory']['versions']> {
  return useQuery({
    queryKey: ['call', callId, 'history', scorecardId],
    ...later,
    queryFn: async () => {
      const path = { id: callId, scorecardId };
      return (await answer(api.GET('/api/v1/calls/{id}/scorecards/{scorecardId}/history', { params: { path } }))).versions;
    },
  });
}

/** How many calls wait to be transcribed; undefined while that is not known. */
export function useLine(asked: boolean): number | undefined {
  const { data } = useQuery({
    queryKey: ['health', 'line'],
    enabled: asked,
    retry: false,
    refetchInterval: 10_000,
    queryFn: async () => {
      const response = await fetch('/health/ready');
      const { stages } = (await response.json()) as Schemas['Health'];
      return stages.find(({ stage }) => stage === 'transcribe');
    },
  });
  return data === undefined ? undefined : data.ready + data.waiting + data.working;
}

/** The rubric of a scorecard as it was published: titles, weights, steps. Null for one that nobody published. */
export function useRubric(
  rubric: { readonly id: string; readonly version: number } | undefined,
): UseQueryResult<Schemas['RubricOutline'] | null> {
  return useQuery({
    queryKey: ['rubric', rubric?.id, rubric?.version],
    enabled: rubric !== undefined,
    staleTime: Infinity,
    queryFn: async () => {
      if (rubric === undefined || rubric.version === 0) return null;
      const { rubric: outline } = await answer(
        api.GET('/api/v1/rubrics/{rubricId}/versions/{version}', {
          params: { path: { rubricId: rubric.id, version: String(rubric.version) as never } },
        }),
      );
      return outline;
    },
  });
}
