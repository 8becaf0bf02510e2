package stack

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/jackc/pgx/v5"
)

// asParent makes the test binary a program that starts a stack and waits to be killed; its value is the Config.
const asParent = "STACK_TEST_PARENT"

func TestMain(m *testing.M) {
	if text := os.Getenv(asParent); text != "" {
		if err := beParent(text); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		select {} // until killed
	}
	os.Exit(m.Run())
}

func beParent(text string) error {
	var given struct {
		Data, TemporalAddress string
		Ports                 Ports
	}
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		return err
	}
	ctx := context.Background()
	s, err := Start(ctx, Config{Data: given.Data, TemporalAddress: given.TemporalAddress, Ports: given.Ports})
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, s.DatabaseURL)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE TABLE of_the_first (n int)"); err != nil {
		return err
	}
	fmt.Println("READY")
	return nil
}

// childOfTest runs a stack in a process of its own and returns it when it is ready.
func childOfTest(t *testing.T, c Config) *os.Process {
	t.Helper()
	text, err := json.Marshal(map[string]any{"Data": c.Data, "TemporalAddress": c.TemporalAddress, "Ports": c.Ports})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asParent+"="+string(text))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "READY\n" {
		t.Fatalf("the stack of the child: %q %v", line, err)
	}
	return cmd.Process
}
