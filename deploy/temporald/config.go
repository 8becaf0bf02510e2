package main

import (
	"context"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
)

const (
	mainStore       = "main"
	visibilityStore = "visibility"
	clusterName     = "active"
	disabled        = "disabled"
)

// dynamic holds what differs from the server's defaults: the caches are sized for one machine of a few gigabytes.
var dynamic = dynamicconfig.StaticClient{
	dynamicconfig.HistoryCacheHostLevelMaxSize.Key():                 8096,
	dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
}

// serverConfig is a cluster of one: every service in this process, found by fixed addresses.
func serverConfig(ctx context.Context, o options, logger log.Logger) (*config.Config, map[primitives.ServiceName]static.Hosts, error) {
	stores, err := o.stores(ctx, logger)
	if err != nil {
		return nil, nil, err
	}
	c := &config.Config{
		Persistence: config.Persistence{
			DefaultStore: mainStore, VisibilityStore: visibilityStore, NumHistoryShards: int32(o.shards), DataStores: stores,
		},
		Global: config.Global{Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: host}},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10, MasterClusterName: clusterName, CurrentClusterName: clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: o.address()},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            map[string]config.Service{},
		PublicClient:        config.PublicClient{HostPort: o.address()},
		Archival: config.Archival{
			History: config.HistoryArchival{State: disabled}, Visibility: config.VisibilityArchival{State: disabled},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: disabled},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: disabled},
		}},
	}
	hosts, err := addServices(c, o)
	return c, hosts, err
}

func (o options) stores(ctx context.Context, logger log.Logger) (map[string]config.DataStore, error) {
	if o.sqlite != "" {
		return sqliteStores(o)
	}
	return postgresStores(ctx, o.postgres, logger)
}

// addServices gives each service its port; only the front end's is known to callers.
func addServices(c *config.Config, o options) (map[primitives.ServiceName]static.Hosts, error) {
	hosts := map[primitives.ServiceName]static.Hosts{}
	promised := map[int]bool{o.port: true, o.uiPort: true}
	for _, name := range []primitives.ServiceName{
		primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
	} {
		port := o.port
		if name != primitives.FrontendService {
			var err error
			if port, err = freePort(promised); err != nil {
				return nil, err
			}
		}
		promised[port] = true
		c.Services[string(name)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: host}}
		hosts[name] = static.SingleLocalHost(options{port: port}.address())
	}
	return hosts, nil
}
