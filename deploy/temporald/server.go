package main

import (
	"context"
	"fmt"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/temporal"

	uiserver "github.com/temporalio/ui-server/v2/server"
)

// server is the running engine and its pages.
type server struct {
	engine temporal.Server
	ui     *uiserver.Server
	failed chan error // the UI's end, when nobody asked for it
}

// start returns when a caller can start workflows in the namespace.
func start(ctx context.Context, o options) (*server, error) {
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Stdout: false, Level: o.level, Format: "console"}))
	engine, err := newEngine(ctx, o, logger)
	if err != nil {
		return nil, err
	}
	if err := engine.Start(); err != nil {
		return nil, fmt.Errorf("the server does not start: %w", err)
	}
	s := &server{engine: engine, failed: make(chan error, 1)}
	if err := provision(ctx, o); err != nil {
		s.stop()
		return nil, err
	}
	if o.uiPort > 0 {
		s.startUI(o)
	}
	return s, nil
}

func newEngine(ctx context.Context, o options, logger log.Logger) (temporal.Server, error) {
	c, hosts, err := serverConfig(ctx, o, logger)
	if err != nil {
		return nil, err
	}
	authorizer, err := authorization.GetAuthorizerFromConfig(&c.Global.Authorization)
	if err != nil {
		return nil, err
	}
	claims, err := authorization.GetClaimMapperFromConfig(&c.Global.Authorization, logger)
	if err != nil {
		return nil, err
	}
	engine, err := temporal.NewServer(temporal.ForServices(temporal.DefaultServices), temporal.WithConfig(c),
		temporal.WithStaticHosts(hosts), temporal.WithLogger(logger), temporal.WithDynamicConfigClient(dynamic),
		temporal.WithAuthorizer(authorizer),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return claims }))
	if err != nil {
		return nil, fmt.Errorf("the server cannot be configured: %w", err)
	}
	return engine, nil
}

func (s *server) stop() {
	if s.ui != nil {
		s.ui.Stop()
	}
	_ = s.engine.Stop() // it reports only that it was stopped before
}
