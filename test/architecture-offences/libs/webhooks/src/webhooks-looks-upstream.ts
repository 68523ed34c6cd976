import '../../processes/src/index';
