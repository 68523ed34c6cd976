import { projection } from '@app/platform/read-store';
import type { PrescriberRegistered } from '@app/voucher-books/contract';

export type PrescriberView = {
  prescriberId: string;
  name: string;
  siret: string | null;
  /** INSEE commune code. */
  commune: string;
};

/** Who hands out books. */
export const prescribers = projection<PrescriberView, PrescriberRegistered>({
  name: 'prescribers',
  version: 1,
  key: ({ data }) => data.prescriberId,
  empty: { prescriberId: '', name: '', siret: null, commune: '' },
  columns: { siret: 'text?' },
  on: {
    PrescriberRegistered: (_, { prescriberId, name, siret = null, commune }) => {
      return { prescriberId, name, siret, commune };
    },
  },
});
