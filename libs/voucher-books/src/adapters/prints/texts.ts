import { formatCentsInFrench } from '@app/kernel';
import type { PlaceInLetter, PrintRequested } from '../../contract';

/** What is printed, in French, for people. */

type Wanted = PrintRequested['data'];

export const valueOf = (cents: number): string =>
  formatCentsInFrench(cents).replace(/,00(?=\s€)/, '');

/** `2026-12-31` → `31 décembre 2026`, and the first of a month as `1er`. */
export function dayOf(on: string): string {
  return FRENCH_DAY.format(new Date(`${on}T00:00:00Z`)).replace(/^1 /, '1er ');
}

const FRENCH_DAY = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' });

/** 1234567 → `1 234 567`, with no-break spaces. */
export const numberOf = (value: number): string => FRENCH_NUMBER.format(value);

const FRENCH_NUMBER = new Intl.NumberFormat('fr-FR');

/** With a colon, so that no payer's name needs an article. */
export const fundedBy = ({ fundedBy: payers }: Wanted): string =>
  `Financé par : ${LIST.format(payers)}`;

const LIST = new Intl.ListFormat('fr-FR', { type: 'conjunction' });

export const COVER = {
  title: 'Pass numérique',
  contents: ({ vouchersPerBook, faceValueCents }: Wanted): string => {
    return `Carnet de ${vouchersPerBook} pass de ${valueOf(faceValueCents)}`;
  },
  book: (book: number): string => `Carnet n° ${numberOf(book)}`,
  validity: ({ validUntilOn }: Wanted): string => `Valable jusqu’au ${dayOf(validUntilOn)}`,
  code: 'Code du carnet',
  codeUse: 'Pour savoir ce qu’il vous reste. Ce code ne sert pas à payer.',
} as const;

export const SLIP = {
  title: 'Pass numérique',
  validity: ({ validUntilOn }: Wanted): string => `Valable jusqu’au ${dayOf(validUntilOn)}`,
  lastDay: ({ lastDayOfUseOn }: Wanted): string =>
    `Accepté au plus tard le ${dayOf(lastDayOfUseOn)}`,
  serial: (book: number, voucher: number, vouchers: number): string =>
    `Carnet n° ${numberOf(book)} · pass ${voucher} sur ${vouchers}`,
} as const;

export const LETTER = {
  greeting: 'Bonjour,',
  paragraphs: (wanted: Wanted): readonly string[] => {
    const { faceValueCents, validUntilOn, lastDayOfUseOn, vouchersPerBook } = wanted;
    const total = valueOf(faceValueCents * vouchersPerBook);
    return [
      `Ce carnet de pass vous aide à être plus à l’aise avec le numérique : démarches en ligne, ` +
        `messagerie, ordinateur, téléphone. Il vaut ${total} en tout.`,
      `Valable jusqu’au ${dayOf(validUntilOn)}. Une séance est encore acceptée jusqu’au ` +
        `${dayOf(lastDayOfUseOn)}, jamais après.`,
    ];
  },
  stepsTitle: 'Comment l’utiliser',
  steps: ({ faceValueCents }: Wanted): readonly string[] => [
    'Choisissez un lieu labellisé et prenez rendez-vous.',
    'Venez avec vos pass. Le lieu scanne le QR code, ou tape le code écrit à côté.',
    `Chaque pass paie ${valueOf(faceValueCents)} de la séance. On ne rend pas la monnaie ; ce qui ` +
      'dépasse reste à votre charge.',
    'Gardez ce carnet comme de l’argent : qui a le code peut s’en servir. S’il est perdu ou volé, ' +
      'prévenez vite la structure qui vous l’a remis.',
  ],
  placesTitle: (places: readonly PlaceInLetter[]): string =>
    places.some(({ distanceKm }) => distanceKm !== undefined)
      ? 'Les lieux les plus proches'
      : 'Des lieux qui prennent vos pass',
  place: ({ street, postalCode, city, distanceKm }: PlaceInLetter): string => {
    const far = distanceKm === undefined ? '' : ` (à ${FRENCH_NUMBER.format(distanceKm)} km)`;
    return `${street}, ${postalCode} ${city}${far}`;
  },
  services: ({ services }: PlaceInLetter): string => services.join(', '),
  more: ({ publicHost }: Wanted): string =>
    `Votre solde et la liste des lieux à jour :\n${publicHost}`,
} as const;
