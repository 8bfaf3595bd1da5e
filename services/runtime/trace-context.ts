import { randomBytes } from 'node:crypto';
import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { traceparentSchema } from '../kernel/index.ts';

/** A new W3C trace, for a delivery that brings none. */
export function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** The trace context that an event or job carries, as OpenTelemetry's. */
export function contextOf(traceparent: string): Context {
  if (!traceparentSchema.safeParse(traceparent).success) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
}

/** What a span hands on; the parent's own where no tracing is installed. */
export function traceparentOf(span: Span, parent: string): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const text = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  return traceparentSchema.safeParse(text).success && !/^00-0{32}-/.test(text) ? text : parent;
}

export const traceIdOf = (traceparent: string): string => traceparent.split('-')[1] ?? '';
