import '../../platform/src/no-circular';
