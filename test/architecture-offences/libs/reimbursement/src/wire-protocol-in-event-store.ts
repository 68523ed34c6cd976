import '@eventstore/db-client/generated/streams_grpc_pb';
