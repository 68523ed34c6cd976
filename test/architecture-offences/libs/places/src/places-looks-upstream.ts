import '../../funding/src/contract';
