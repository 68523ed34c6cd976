import { apiKey, IssueApiKey, RevokeApiKey } from '@app/access';
import type { ApiKeyIssued } from '@app/access/contract';
import { DomainError } from '@app/kernel';
import {
  AggregateStore,
  Asked,
  Changed,
  CurrentActor,
  Documented,
  notFound,
  Page,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { access, AccessQueries, type ApiKeyRow } from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ACCESS } from './access.documents';
import { ApiKeyBody, ListAccessQuery, ReasonOfRevocationBody } from './access.dto';
import { AccessMemory } from './access-memory';
import { doerOf, givingRoleOf, Parties } from './parties';

@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly aggregates: AggregateStore,
    private readonly views: AccessQueries,
    private readonly parties: Parties,
    private readonly memory: AccessMemory,
  ) {}

  /** The key is in the first answer alone; who lost it revokes it and asks for another. */
  @Post()
  @Documented(ACCESS.issueApiKey)
  async issue(
    @Body() { roles, partyId: named, purpose, routes, expiresAt }: ApiKeyBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const input = {
      ...{ partyId: await this.#partyOf(actor, roles, named), roles: [...new Set(roles)], purpose },
      ...(routes !== undefined && { routes }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...{ issuedBy: doerOf(actor), issuedAs: givingRoleOf(actor) },
    };
    const { position, events, secret } = await this.commands.execute(new IssueApiKey(input, asked));
    await this.memory.reach(position);
    const issued = events[0]?.data as ApiKeyIssued['data'];
    const { apiKeyId, partyId, lastFour } = issued;
    const shown = secret === undefined ? {} : { key: secret };
    const answer = { apiKeyId, partyId, lastFour, expiresAt: issued.expiresAt, ...shown };
    return new Changed(position, answer);
  }

  @Get()
  @Documented(ACCESS.listApiKeys)
  @Reads(access)
  list(@Query() _: ListAccessQuery, @Page() page: PageOf) {
    return page.answer<ApiKeyRow>({
      find: ([after] = [''], limit) => this.views.listApiKeys({ after: String(after), limit }),
      keyOf: ({ apiKeyId }) => [apiKeyId],
      columns: [
        ...(['apiKeyId', 'partyId', 'roles', 'routes', 'purpose', 'lastFour'] as const),
        ...(['status', 'issuedBy', 'issuedAt', 'expiresAt', 'reason'] as const),
      ],
    });
  }

  @Get(':apiKeyId')
  @Documented(ACCESS.getApiKey)
  @Reads(access)
  get(@Param('apiKeyId', UuidParam) apiKeyId: string) {
    const found = this.views.findApiKey(apiKeyId);
    if (found === undefined) throw notFound();
    return found;
  }

  /** From the next request on, in every process of the api. */
  @Post(':apiKeyId/revocation')
  @Documented(ACCESS.revokeApiKey)
  @HttpCode(200)
  async revoke(
    @Param('apiKeyId', UuidParam) apiKeyId: string,
    @Body() { reason }: ReasonOfRevocationBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const { state } = await this.aggregates.load(apiKey, apiKeyId);
    if (state.status === 'unknown') throw notFound();
    const wish = new RevokeApiKey({ apiKeyId, reason, revokedBy: doerOf(actor) }, asked);
    const { position } = await this.commands.execute(wish);
    await this.memory.reach(position);
    return new Changed(position, { apiKeyId, status: 'revoked' });
  }

  /** One key is of one party, in all its roles. */
  async #partyOf(actor: Actor, roles: ApiKeyBody['roles'], named?: string): Promise<string> {
    const parties = await Promise.all(
      roles.map((role) => this.parties.getPartyOf(actor, role, named)),
    );
    const [partyId, another] = new Set(parties);
    if (partyId === undefined || another !== undefined) throw new DomainError('party_of_role');
    return partyId;
  }
}
