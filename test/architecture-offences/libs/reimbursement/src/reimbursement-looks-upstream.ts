import '../../accounting/src/contract';
