import { Controller, Get, Header } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Documented, documents } from '../http/openapi-operation';

type Answered = Readonly<{
  labels: Readonly<{ method: string; route: string; status: number }>;
  seconds: number;
}>;

/** Counted one by one, each would fetch the counting into the caches of its core anew. */
const COUNTED_AT_ONCE = 256;

/** The figures of one process; others register theirs in `registry`. */
export class Metrics {
  readonly registry = new Registry();

  /** Since they were counted last. */
  #answered: Answered[] = [];

  readonly #http = new Histogram({
    name: 'carnet_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
    collect: () => this.#count(),
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A figure that is read whenever the metrics are asked for. */
  gauge({ name, help, read }: Readonly<{ name: string; help: string; read: () => number }>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** Measures every answer, by the route's template: an address would make a series of each id. */
  observe(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', ({ method, routeOptions }, { elapsedTime, statusCode }, done) => {
      const labels = { method, route: routeOptions.url ?? 'none', status: statusCode };
      const answers = this.#answered.push({ labels, seconds: elapsedTime / 1_000 });
      if (answers >= COUNTED_AT_ONCE) this.#count();
      done();
    });
  }

  #count(): void {
    const answered = this.#answered;
    this.#answered = [];
    for (const { labels, seconds } of answered) this.#http.observe(labels, seconds);
  }
}

const METRICS = documents('operations', {
  getMetrics: {
    does: 'Gives the figures of this process as Prometheus reads them.',
    files: { 'text/plain': '# HELP carnet_http_request_seconds …\n' },
  },
});

/** Prometheus text. Not public: figures tell what a scheme does. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Documented(METRICS.getMetrics)
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
