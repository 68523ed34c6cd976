import { readConfig } from '@app/platform/config';
import { buildInThread, connectConfiguredStore } from '@app/platform/read-store';
import { PROJECTIONS } from '@app/read-models/projections';

/** Builds some of the views in a file of its own, beside the projector that started it. */
const config = readConfig(['eventStoreUrl', 'appendWriter', 'appendDeadlineMs']);
void buildInThread(connectConfiguredStore(config), PROJECTIONS);
