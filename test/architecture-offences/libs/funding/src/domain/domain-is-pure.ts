import '../use-cases/assign-deposit';
