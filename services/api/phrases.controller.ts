import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { explainExpression, formatExpression } from '../../phrases/index.ts';
import { sharedLists, sharedListTitles } from '../../scoring/index.ts';
import { Needs } from './guard.ts';
import { Costs } from './rate-limit.ts';
import { checkPhrase, completePhrase, readablePhrase } from './phrase-check.ts';
import {
  completionRequestSchema,
  completionSchema,
  expressionSchema,
  formattedSchema,
  listsSchema,
  phraseCheckSchema,
  readingSchema,
} from './phrase-schemas.ts';
import { problemSchema } from './problem.ts';

/** The phrase language, for whoever writes in it. Nothing here looks at a call. */
@ApiTags('phrases')
@Controller('api/v1')
export class PhrasesController {
  @Post('phrases/check')
  @Costs('typing')
  @HttpCode(200)
  @Needs('read', 'phrases')
  @ApiOkResponse({ standardSchema: phraseCheckSchema, description: 'What it means, or where it cannot be read.' })
  check(
    @Body({ schema: expressionSchema }) { expression }: z.output<typeof expressionSchema>,
  ): z.input<typeof phraseCheckSchema> {
    return checkPhrase(expression);
  }

  @Post('phrases/format')
  @Costs('typing')
  @HttpCode(200)
  @Needs('read', 'phrases')
  @ApiOkResponse({ standardSchema: formattedSchema, description: 'The one canonical spelling.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  format(@Body({ schema: expressionSchema }) { expression }: z.output<typeof expressionSchema>): z.input<typeof formattedSchema> {
    return { formatted: formatExpression(readablePhrase(expression)) };
  }

  @Post('phrases/explain')
  @Costs('typing')
  @HttpCode(200)
  @Needs('read', 'phrases')
  @ApiOkResponse({ standardSchema: readingSchema, description: 'The expression in plain words.' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  explain(@Body({ schema: expressionSchema }) { expression }: z.output<typeof expressionSchema>): z.input<typeof readingSchema> {
    const tree = readablePhrase(expression);
    return { reading: { zh: explainExpression(tree, 'zh'), en: explainExpression(tree, 'en') } };
  }

  @Post('phrases/complete')
  @Costs('typing')
  @HttpCode(200)
  @Needs('read', 'phrases')
  @ApiOkResponse({ standardSchema: completionSchema, description: 'What can be written at the cursor.' })
  complete(
    @Body({ schema: completionRequestSchema }) { expression, cursor, language }: z.output<typeof completionRequestSchema>,
  ): z.input<typeof completionSchema> {
    return completePhrase(expression, cursor, language);
  }

  @Get('lists')
  @Needs('read', 'phrases')
  @ApiOkResponse({ standardSchema: listsSchema, description: 'The named lists that every expression may use as @name.' })
  lists(): z.input<typeof listsSchema> {
    return {
      lists: Object.entries(sharedLists).map(([name, entries]) => ({
        name,
        entries: entries.length,
        title: { ...(sharedListTitles[name] ?? { zh: name, en: name }) },
      })),
    };
  }
}
