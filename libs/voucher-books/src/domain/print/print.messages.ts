import type { Command } from '@app/kernel';
import type { OrderStatus, PrintAbandoned, PrintMade, PrintRequested } from '../../contract';

/** With what the order says at the moment: a print asked for in time is made whatever comes after. */
export type RequestPrint = Command<
  'RequestPrint',
  PrintRequested['data'] & { orderStatus: OrderStatus; validityEnded: boolean }
>;

export type RecordPrint = Command<'RecordPrint', Omit<PrintMade['data'], 'printId' | 'orderId'>>;

export type AbandonPrint = Command<'AbandonPrint', Pick<PrintAbandoned['data'], 'reason'>>;

export type DownloadPrint = Command<'DownloadPrint', { downloadedAt: string }>;

export type ErasePrint = Command<'ErasePrint', { erasedAt: string }>;

export type PrintWish = RequestPrint | RecordPrint | AbandonPrint | DownloadPrint | ErasePrint;
