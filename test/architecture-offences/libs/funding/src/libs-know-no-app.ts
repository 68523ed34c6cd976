import '../../../apps/api/src/agreements.controller';
