import '../../../libs/funding/src/use-cases/assign-deposit';
