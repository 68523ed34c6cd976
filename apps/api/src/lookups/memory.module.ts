import {
  CommandLookup,
  RecentCommands,
  StreamAggregateStore,
  type Clock,
  type Counters,
  type EventStore,
  LocalCounters,
  type Logger,
  type ReadStore,
} from '@app/platform';
import { BeneficiaryQueries, RedemptionCommands, RedemptionQueries } from '@app/read-models';
import { BookLookup, CodeGate, RunCalendar, VoucherCodes, type KeyRing } from '@app/voucher-books';
import type { Weekday } from '@app/kernel';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { LogMemory } from './log-memory';

export type FastPathOptions = Readonly<{
  store: EventStore;
  readStore: ReadStore;
  clock: Clock;
  keyRing: KeyRing;
  /** Of wrong codes, shared by all processes. */
  counters: Counters;
  runWeekday: Weekday;
  logger: Logger;
  /** Events whose streams are kept in memory. */
  eventsCachedMax?: number;
}>;

/**
 * Books in memory hold about 630 bytes and 240 more per redemption: so many events are some 420 MB,
 * a million vouchers in use and most of them spent.
 */
const EVENTS_CACHED_MAX = 1_500_000;

const COMMANDS_REMEMBERED_MAX = 100_000;

/** What a redemption is decided on, and by. */
export function fastPathOf(options: FastPathOptions) {
  const { store, readStore, clock, keyRing, counters, logger } = options;
  const { eventsCachedMax = EVENTS_CACHED_MAX } = options;
  const older = new RedemptionCommands(readStore);
  const commands = new RecentCommands({
    commandsMax: COMMANDS_REMEMBERED_MAX,
    older,
    hasSeenAll: () => memory.isTrusted,
  });
  const limits = { eventsCachedMax };
  const aggregates = new StreamAggregateStore({ store, lookup: commands, limits });
  const memory: LogMemory = new LogMemory({ store, aggregates, commands, logger });
  const gate = new CodeGate({ shared: counters, local: new LocalCounters(), clock });
  return { aggregates, commands, memory, gate, codes: new VoucherCodes(keyRing) };
}

export type FastPath = ReturnType<typeof fastPathOf>;

/** The parts of the fast path, there for all modules. Memory follows the log while the app runs. */
@Global()
@Module({})
export class MemoryModule {
  static with(parts: FastPath, options: FastPathOptions): DynamicModule {
    const { readStore, runWeekday } = options;
    const providers = [
      { provide: LogMemory, useValue: parts.memory },
      // An alias, so that memory is started once.
      { provide: BookLookup, useExisting: LogMemory },
      { provide: CommandLookup, useValue: parts.commands },
      { provide: VoucherCodes, useValue: parts.codes },
      { provide: CodeGate, useValue: parts.gate },
      { provide: RunCalendar, useValue: { weekday: runWeekday } },
      { provide: RedemptionQueries, useValue: new RedemptionQueries(readStore) },
      { provide: BeneficiaryQueries, useValue: new BeneficiaryQueries(readStore) },
    ];
    return { module: MemoryModule, providers, exports: providers };
  }
}
