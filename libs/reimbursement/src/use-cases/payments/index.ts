import { LiftFraudHoldHandler, PlaceFraudHoldHandler } from './fraud-holds';
import { RepresentPaymentHandler } from './represent-payment';

export const PAYMENT_HANDLERS = [
  RepresentPaymentHandler,
  PlaceFraudHoldHandler,
  LiftFraudHoldHandler,
];
