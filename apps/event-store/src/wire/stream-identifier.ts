import { GrpcError, INVALID_ARGUMENT } from './grpc-status';
import type { ProtoReader } from './protobuf';

/** Longer names do not fit the log's record, with room for the `$$` of the metadata stream. */
const NAME_BYTES_MAX = 65_000;

/** The name in a `StreamIdentifier`, a copy. */
export function readStreamName(message: ProtoReader): Buffer {
  let name: Buffer | undefined;
  while (message.next()) {
    if (message.field === 3) name = Buffer.from(message.view());
    else message.skip();
  }
  if (!name || name.length === 0) throw new GrpcError(INVALID_ARGUMENT, 'Stream name is required.');
  if (name.length > NAME_BYTES_MAX) {
    throw new GrpcError(INVALID_ARGUMENT, `Stream name is longer than ${NAME_BYTES_MAX} bytes.`);
  }
  return name;
}
