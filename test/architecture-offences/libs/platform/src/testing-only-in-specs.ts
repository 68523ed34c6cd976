import { given } from './testing/given';

given();
