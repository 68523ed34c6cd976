import { PlacesModule } from '@app/places';
import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { JobsApiModule } from '../jobs/jobs-api.module';
import { ImportsController } from './imports.controller';
import { LabelsController } from './labels.controller';
import { OrganisationsController } from './organisations.controller';
import { PayeeBalances } from './payee-balances';
import { PlaceSearchController } from './place-search.controller';
import { PlacesController } from './places.controller';

/**
 * Organisations, places and the directory over HTTP. Whoever imports it provides globally what
 * `PlacesModule` needs, `JobQueues`, and the queries of the read models.
 */
@Module({
  imports: [PlacesModule, JobsApiModule],
  controllers: [
    // Before the routes with an id, so that `export` and `imports` are none.
    PlaceSearchController,
    ImportsController,
    OrganisationsController,
    PlacesController,
    LabelsController,
  ],
  providers: [Own, PayeeBalances],
})
export class PlacesApiModule {}
