package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// startDev translates the arguments of the Temporal CLI's `server start-dev`, so that the SDK's
// testsuite.StartDevServer runs this binary as ExistingPath. What has no meaning here (--ip, --log-format,
// --dynamic-config-value) is left out; the state goes to a temporary SQLite file unless --db-filename says otherwise.
func startDev(args []string) []string {
	file, out := "", []string(nil)
	var uiPort string
	headless := false
	for i := 0; i < len(args); i++ {
		key, value, inline := strings.Cut(args[i], "=")
		if key == "--headless" {
			headless = value != "false"
			continue
		}
		if !inline && i+1 < len(args) {
			i++
			value = args[i]
		}
		switch key {
		case "--port":
			out = append(out, "-port", value)
		case "--ui-port":
			uiPort = value
		case "--namespace":
			out = append(out, "-namespace", value)
		case "--db-filename":
			file = value
		case "--log-level":
			out = append(out, "-level", value)
		case "--search-attribute":
			out = append(out, "-search-attribute", value)
		}
	}
	if uiPort != "" && !headless {
		out = append(out, "-ui-port", uiPort)
	}
	if file == "" {
		file = filepath.Join(os.TempDir(), fmt.Sprintf("temporald-%d.db", os.Getpid()))
		out = append(out, "-temporary")
	}
	return append(out, "-sqlite", file, "-shards", "1")
}
