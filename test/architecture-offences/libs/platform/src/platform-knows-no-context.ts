import '../../places/src/contract';
