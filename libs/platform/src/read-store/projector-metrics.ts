import { Gauge, type Registry } from 'prom-client';
import type { Projector } from './projector';

/** The projector's figures, read when they are asked for. */
export class ProjectorMetrics {
  constructor(projector: Projector, registry: Registry) {
    const registers = [registry];
    new Gauge({
      name: 'carnet_projector_pending_events',
      help: 'Events received from the log and not yet in the views.',
      registers,
      collect() {
        this.set(projector.lag.pendingEvents);
      },
    });
    new Gauge({
      name: 'carnet_projector_lag_seconds',
      help: 'Everything older than this is in the views; NaN while that is not known.',
      registers,
      collect() {
        this.set((projector.lag.lagMs ?? NaN) / 1_000);
      },
    });
    new Gauge({
      name: 'carnet_view_position',
      help: 'Position in the log that the view has reached.',
      labelNames: ['view', 'version', 'live'],
      registers,
      collect() {
        this.reset();
        for (const { projection, position, live } of projector.views) {
          const { name, version } = projection;
          this.set({ view: name, version, live: String(live) }, Number(position ?? 0n));
        }
      },
    });
    new Gauge({
      name: 'carnet_view_stopped',
      help: '1 for a view that met an event it cannot apply and takes no more.',
      labelNames: ['view'],
      registers,
      collect() {
        for (const { projection, stopped } of projector.views) {
          this.set({ view: projection.name }, stopped === undefined ? 0 : 1);
        }
      },
    });
  }
}
