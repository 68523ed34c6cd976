import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.guard';
import { Problem } from '../http/problem';
import { Readiness, type CheckResult } from './readiness';

@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process answers. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It can do its work; else 503 `not_ready` that says what is missing. */
  @Get('ready')
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
