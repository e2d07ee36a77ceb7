package dev.fairlead.deployer.migration;

import org.postgresql.ds.PGSimpleDataSource;

/** Ways into one database, each with a name by which its sessions are known at the server. */
record PostgresConnections(DatabaseAccess database) {

  private static final int CONNECT_SECONDS = 10;

  PGSimpleDataSource named(String application) {
    PGSimpleDataSource connections = new PGSimpleDataSource();
    connections.setUrl(database.jdbcUrl());
    connections.setUser(database.user());
    connections.setPassword(database.password().get());
    connections.setConnectTimeout(CONNECT_SECONDS);
    connections.setTcpKeepAlive(true);
    connections.setApplicationName(application);
    return connections;
  }
}
