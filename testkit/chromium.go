package testkit

import (
	"os"
	"os/exec"
	"testing"
)

// Chromium returns the path of a browser: LEADTOCASH_CHROMIUM, or the first that is installed.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("LEADTOCASH_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil && name != "" {
			return path
		}
	}
	t.Fatal("no Chromium here: apt-get install chromium, or name one in LEADTOCASH_CHROMIUM")
	return ""
}
