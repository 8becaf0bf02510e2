package main

import (
	"fmt"

	uiserver "github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// startUI serves Temporal's Web UI, without calls to the outside.
func (s *server) startUI(o options) {
	s.ui = uiserver.NewServer(server_options.WithConfigProvider(&config.Config{
		Host: host, Port: o.uiPort, EnableUI: true, HideLogs: true, DisableNewsFetch: true,
		TemporalGRPCAddress: o.address(), DefaultNamespace: o.namespace, CORS: config.CORS{CookieInsecure: true},
	}))
	go func() {
		if err := s.ui.Start(); err != nil {
			s.failed <- fmt.Errorf("the Web UI ended: %w", err)
		}
	}()
}
