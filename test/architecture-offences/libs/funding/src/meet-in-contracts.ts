import '../../places/src/contracts-are-plain';
