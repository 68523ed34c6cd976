import type { RunLine } from '../../contract';

/**
 * The lines of a version as one text, whose SHA-256 is what approvers approve: a line of JSON per
 * payment, by end-to-end id, every field named in one fixed order and components by agreement and
 * place. A change of any cent, account or address changes it; the order in which lines were frozen
 * does not.
 */
export function canonicalLines(
  { runId, version }: Readonly<{ runId: string; version: number }>,
  lines: readonly RunLine[],
): string {
  const head = JSON.stringify({ format: 'carnet-lines/1', runId, version, lines: lines.length });
  const texts = [...lines]
    .sort((a, b) => (a.endToEndId < b.endToEndId ? -1 : 1))
    .map((line) => JSON.stringify(fieldsOf(line)));
  return [head, ...texts, ''].join('\n');
}

const fieldsOf = ({ payee, components, ...line }: RunLine): readonly unknown[] => [
  line.endToEndId,
  line.organisationId,
  line.claimId,
  line.attempt,
  line.amountCents,
  [
    payee.bankAccountId,
    payee.iban,
    payee.bic ?? null,
    payee.holderName,
    payee.address.street,
    payee.address.postalCode,
    payee.address.city,
    payee.address.country,
  ],
  components
    .map(({ agreementId, placeId, cents }) => [agreementId, placeId, cents] as const)
    .sort(([a, b], [c, d]) => (a === c ? (b < d ? -1 : 1) : a < c ? -1 : 1)),
];
