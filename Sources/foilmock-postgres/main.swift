import PostgresStore
import Program
import Store

App.main(
    databases: DatabaseServers(library: ("libpq", PostgresStore.libraryVersion)) { address, loop throws(StoreError) in
        let store = try PostgresStore(address, on: loop)
        return DatabaseServers.Opened(store, name: store.name)
    })
