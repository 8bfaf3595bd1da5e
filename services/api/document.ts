import type { OpenAPIObject } from '@nestjs/swagger';

type Response = { description?: string; content?: Record<string, { schema?: { $ref?: string } }> };

const problem = { $ref: '#/components/schemas/Problem' };
const problemType = 'application/problem+json';
const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

/**
 * Says of every operation what is true of all: an error is a problem document, whatever its status. Answers that are one are
 * named by their own type.
 */
export function describeProblems(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths))
    for (const method of methods) {
      const responses = path[method]?.responses as Record<string, Response> | undefined;
      if (responses === undefined) continue;
      for (const response of Object.values(responses))
        if (Object.values(response.content ?? {}).some(({ schema }) => schema?.$ref === problem.$ref))
          response.content = { [problemType]: { schema: problem } };
      responses['default'] ??= { description: 'What went wrong.', content: { [problemType]: { schema: problem } } };
    }
  return document;
}
