import type { FigureRow } from './ledger.tables';

export type FigureGrouping = 'funder' | 'department' | 'public' | 'month';

/** Vouchers, each counted in every stage it reached: redeemed ones are distributed ones too. */
export type Figures = Readonly<
  { group: string } & Omit<FigureRow, 'day' | 'funderId' | 'department' | 'public'>
>;

export const NO_FIGURES = {
  issued: 0,
  active: 0,
  distributed: 0,
  started: 0,
  redeemed: 0,
  paid: 0,
  expired: 0,
};

export type Stage = keyof typeof NO_FIGURES;

export const STAGES = Object.keys(NO_FIGURES) as readonly Stage[];
