/**
 * What projections are made of and what a thread needs that builds them, without the rest of the
 * platform: a thread that loaded all of it would begin a second later.
 */
export { hashOf } from '../event-store/command-ids';
export { connectConfiguredStore } from '../event-store/connect-configured';
export {
  projection,
  tablesProjection,
  type Projection,
  type Recorded,
  type TableWriter,
} from './projection';
export { buildInThread } from './rebuild-threads';
