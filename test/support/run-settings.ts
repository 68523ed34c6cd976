import { readConfig } from '@app/platform';
import { OPERATOR_NEEDS, operatorOf, RUN_NEEDS, runSettingsOf } from '@app/processes';

/** As the configuration has them where only the account is named. */
export const RUN_SETTINGS = runSettingsOf(
  readConfig(RUN_NEEDS, {
    CARNET_RING_FENCED_IBAN: 'FR7630006000011234567890189',
    CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
  }),
);

/** Who invoices its fees. */
export const OPERATOR = operatorOf(
  readConfig(OPERATOR_NEEDS, {
    CARNET_OPERATOR_SIRET: '73282932000074',
    CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
  }),
);
