import PostgresStore
import Program
import Store

App.main(
    databases: DatabaseServers(library: ("libpq", PostgresStore.libraryVersion)) { address throws(StoreError) in
        let store = try PostgresStore(address)
        return DatabaseServers.Opened(store, name: store.name, id: store.id)
    })
