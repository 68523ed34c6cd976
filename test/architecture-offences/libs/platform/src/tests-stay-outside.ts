import '../../../test/story';
