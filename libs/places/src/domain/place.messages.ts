import type { Command } from '@app/kernel';
import type { PlaceDetails, PlaceLabelled, PlaceListed } from '../contract';

export type ListPlace = Command<'ListPlace', PlaceListed['data']>;
export type CorrectPlace = Command<'CorrectPlace', PlaceDetails & { directoryId?: string }>;
export type AttachPlace = Command<'AttachPlace', { organisationId: string }>;
export type LabelPlace = Command<'LabelPlace', Omit<PlaceLabelled['data'], 'placeId'>>;
export type SuspendPlace = Command<'SuspendPlace', { reason: string }>;
export type RestorePlace = Command<'RestorePlace', Record<string, never>>;
export type WithdrawLabel = Command<'WithdrawLabel', { reason: string; withdrawnOn: string }>;

export type PlaceWish =
  ListPlace | CorrectPlace | AttachPlace | LabelPlace | SuspendPlace | RestorePlace | WithdrawLabel;
