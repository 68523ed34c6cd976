/** Ids and amounts of one year of one scheme, so that the examples of all operations fit together. */
export const IDS = {
  agreement: '01980a3c-52d1-7b54-8f3e-6f0c2a9d4e11',
  apiKey: '01980a3d-b5c6-7d7e-8f90-1a2b3c4d5e6f',
  bankAccount: '01980a3c-5d02-7c1e-9a07-11d3b8f0c2a4',
  claim: '5d9e0f1a-7b2c-5d3e-9f40-516273849a5b',
  deposit: '2b8c9f10-6a4d-5e3b-8c1d-0e9f7a6b5c4d',
  entry: '7c2d8e9f-1a3b-5c4d-8e5f-60718293a4b5',
  funder: '01980a3c-4f9a-7d33-8b21-5c6d7e8f9a0b',
  import: '01980a3d-0b1c-7a2d-b3e4-f5061728394a',
  invitation: '01980a3d-c6d7-7e8f-9a01-2b3c4d5e6f70',
  invoice: '9e0f1a2b-3c4d-5e6f-8a7b-8c9d0e1f2a3b',
  operator: '6d1f2a3b-4c5d-5e6f-8a7b-9c0d1e2f3a4b',
  order: '01980a3d-1c2d-7b3e-84f5-061728394a5b',
  organisation: '01980a3d-2d3e-7c4f-9506-1728394a5b6c',
  place: '01980a3d-3e4f-7d50-a617-28394a5b6c7d',
  prescriber: '01980a3d-4f50-7e61-b728-394a5b6c7d8e',
  print: '01980a3d-5061-7f72-8839-4a5b6c7d8e9f',
  redemption: '01980a3d-6172-7083-994a-5b6c7d8e9fa0',
  report: '3d4e5f60-7182-5394-a5b6-c7d8e9f0a1b2',
  run: '01980a3d-a4b5-74c6-9d7e-0f1a2b3c4d5e',
  refund: '01980a3d-7283-7194-aa5b-6c7d8e9fa0b1',
  creditNote: '01980a3d-8394-72a5-bb6c-7d8e9fa0b1c2',
  feeSweep: '01980a3d-94a5-73b6-ac7d-8e9fa0b1c2d3',
  user: '7e2a3b4c-5d6e-5f70-9b8c-0d1e2f3a4b5c',
  delivery: '8f4e0a1b-2c3d-5e4f-9061-728394a5b6c7',
  webhook: '01980a3d-b6c7-75d8-9e9f-a0b1c2d3e4f5',
  writeOff: '01980a3d-a5b6-74c7-8d8e-9fa0b1c2d3e4',
} as const;

export const ADDRESS = {
  ...{ street: '1 rue du Commerce', postalCode: '58000', city: 'Nevers', country: 'FR' },
} as const;
