import { Clock, Documented, Page, Reads, type Listing, type PageOf } from '@app/platform';
import { organisations, PlaceQueries, places, type FoundPlace } from '@app/read-models';
import { Controller, Get, Headers, Query, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PLACES } from './places.documents';
import { pointOf, PlacesQuery, radiusOf } from './places.dto';
import { standardCsv } from './standard-csv';

const RADIUS_KM_DEFAULT = 20;

/** Where vouchers are taken: for everyone. */
@Controller('v1/places')
export class PlaceSearchController {
  constructor(
    private readonly views: PlaceQueries,
    private readonly clock: Clock,
  ) {}

  /** The nearest first where `near` is given; `Accept: application/geo+json` for a map. */
  @Get()
  @Documented(PLACES.searchPlaces)
  @Reads(places)
  async search(
    @Query() query: PlacesQuery,
    @Page() page: PageOf,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { near, radiusKm, service, department, labelled } = query;
    const point = pointOf(near);
    const wished = {
      ...{ service, department, today: this.clock.today() },
      near: point && { ...point, radiusKm: radiusOf(radiusKm) ?? RADIUS_KM_DEFAULT },
      labelled: labelled === undefined ? undefined : labelled === 'true',
    };
    const answer = await page.answer<Shown>({
      find: (key, limit) => {
        const [distanceKm, placeId] = key ?? [];
        const after = key && { distanceKm: Number(distanceKm), placeId: String(placeId) };
        return this.views.search({ ...wished, after, limit }).map(shown);
      },
      keyOf: ({ distanceKm, placeId }) => [distanceKm ?? 0, placeId],
      columns: COLUMNS,
    });
    if (answer instanceof StreamableFile || !wantsGeoJson(accept)) return answer;
    void reply.type('application/geo+json');
    return featuresOf(answer);
  }

  /** The registry in the national standard, version 1, telling which places take vouchers today. */
  @Get('export')
  @Documented(PLACES.exportPlaces)
  @Reads(places, organisations)
  export(): StreamableFile {
    const today = this.clock.today();
    const disposition = `attachment; filename="carnet-lieux-${today}.csv"`;
    return new StreamableFile(standardCsv(this.views, today), {
      ...{ type: 'text/csv; charset=utf-8', disposition },
    });
  }
}

type Shown = ReturnType<typeof shown>;

const COLUMNS: readonly (keyof Shown)[] = [
  ...(['placeId', 'name', 'address', 'department', 'latitude', 'longitude', 'services'] as const),
  ...(['hours', 'labelled', 'labelledFor', 'labelledUntilOn', 'distanceKm'] as const),
];

function shown({ placeId, name, address, department, label, ...place }: FoundPlace) {
  const { latitude, longitude, services, hours, distanceKm } = place;
  return {
    ...{ placeId, name, address, department, latitude, longitude, services, hours },
    labelled: label !== null,
    labelledFor: label?.services ?? [],
    labelledUntilOn: label?.validUntilOn ?? null,
    distanceKm,
  };
}

/** RFC 7946; the cursor is a foreign member of the collection (§ 6.1). */
function featuresOf({ items, nextCursor }: Listing<Shown>) {
  const features = items.map(({ placeId: id, latitude, longitude, ...properties }) => {
    const isPoint = latitude !== null && longitude !== null;
    const geometry = isPoint ? { type: 'Point', coordinates: [longitude, latitude] } : null;
    return { type: 'Feature', id, geometry, properties };
  });
  return { type: 'FeatureCollection', features, nextCursor };
}

const wantsGeoJson = (accept: string | undefined): boolean =>
  accept !== undefined && /\bapplication\/geo\+json\b/i.test(accept);
