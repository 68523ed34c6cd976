import { Controller, Get } from '@nestjs/common';
import { Documented, documents } from '../http/openapi-operation';
import { oneOf } from '../http/openapi-shape';
import { Problem } from '../http/problem';
import { Readiness, type CheckResult } from './readiness';

const HEALTH = documents('operations', {
  getLiveness: { does: 'Tells that the process answers.', answers: { status: oneOf('ok') } },
  getReadiness: {
    does: 'Tells whether the program can do its work now.',
    answers: {
      status: oneOf('ok'),
      checks: [{ name: 'event-store', state: oneOf('ok', 'failed', 'late'), ms: 2 }],
    },
    refuses: ['not_ready'],
  },
});

@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process answers. */
  @Get('live')
  @Documented(HEALTH.getLiveness)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It can do its work; else 503 `not_ready` that says what is missing. */
  @Get('ready')
  @Documented(HEALTH.getReadiness)
  async ready(): Promise<{ status: 'ok'; checks: readonly CheckResult[] }> {
    const { ready, checks } = await this.readiness.run();
    if (ready) return { status: 'ok', checks };
    throw new Problem({
      status: 503,
      code: 'not_ready',
      detail: 'Something this service cannot work without is missing, or it is stopping.',
      headers: { 'Retry-After': '1' },
      extensions: { checks },
    });
  }
}
