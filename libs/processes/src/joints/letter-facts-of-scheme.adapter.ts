import { agreement } from '@app/funding';
import { departmentOfCommune } from '@app/kernel';
import { AggregateStore, Clock } from '@app/platform';
import { PlaceQueries, type FoundPlace } from '@app/read-models';
import { LetterFacts, type Point } from '@app/voucher-books';
import type { PlaceInLetter } from '@app/voucher-books/contract';
import { Injectable } from '@nestjs/common';

/** Who pays, from the agreement's stream; where vouchers are taken, from the places' view. */
@Injectable()
export class LetterFactsOfScheme extends LetterFacts {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly places: PlaceQueries,
    private readonly clock: Clock,
  ) {
    super();
  }

  async listPayers(agreementId: string): Promise<readonly string[]> {
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (state.status === 'unknown') return [];
    const { funderName, coFunders } = state.terms;
    return [...new Set([funderName, ...coFunders.map(({ name }) => name)])];
  }

  async listPlaces(
    agreementId: string,
    { near, placesMax }: { near: Point | undefined; placesMax: number },
  ): Promise<readonly PlaceInLetter[]> {
    const { state } = await this.aggregates.load(agreement, agreementId);
    if (state.status === 'unknown' || placesMax === 0) return [];
    const { territories, services } = state.terms.restrictions;
    const takes = (found: FoundPlace): boolean => {
      const { communeCode } = found.address ?? {};
      const isInside = [found.department, communeCode].some((code) => isIn(territories, code));
      return isInside && (found.label?.services ?? []).some((service) => isIn(services, service));
    };
    const departments = new Set(territories.map(departmentOf));
    const search = {
      ...{ labelled: true, today: this.clock.today(), limit: SEARCHED_MAX },
      near: near && { ...near, radiusKm: RADIUS_KM },
    };
    const found = [...(departments.size > 0 ? departments : [undefined])]
      .flatMap((department) => this.places.search({ ...search, department }))
      .filter(takes)
      .sort((a, b) => (a.distanceKm ?? 0) - (b.distanceKm ?? 0));
    return found.slice(0, placesMax).flatMap(inLetter);
  }
}

/** Beyond it a place is near nobody who cannot travel. */
const RADIUS_KM = 50;
/** In a département, before restrictions to communes and services. */
const SEARCHED_MAX = 500;

/** A list that is empty restricts nothing. */
const isIn = (allowed: readonly string[], value: string | undefined): boolean =>
  allowed.length === 0 || (value !== undefined && allowed.includes(value));

/** Of a territory, which is a département or a commune. */
const departmentOf = (territory: string): string =>
  territory.length > 3 ? departmentOfCommune(territory) : territory;

function inLetter({ name, address, label, distanceKm }: FoundPlace): readonly PlaceInLetter[] {
  if (address === null) return [];
  const { street, postalCode, city } = address;
  const services = label?.services ?? [];
  const far = distanceKm !== null && { distanceKm: Math.round(distanceKm * 10) / 10 };
  return [{ name, street, postalCode, city, services, ...far }];
}
