// Command kstatus tells what kstatus makes of Kubernetes objects: the library of the Kubernetes CLI, and the copy of it that Flux uses.
//
// It reads JSON objects from standard input and prints a line of JSON for each.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	flux "github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// verdict is what both make of an object, and the message of the first.
type verdict struct {
	Kstatus string `json:"kstatus"`
	Flux    string `json:"flux"`
	Message string `json:"message"`
}

func main() {
	if err := judge(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kstatus:", err)
		os.Exit(1)
	}
}

func judge(input io.Reader, output io.Writer) error {
	objects := json.NewDecoder(input)
	verdicts := json.NewEncoder(output)
	for {
		var text json.RawMessage
		if err := objects.Decode(&text); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		// It reads whole numbers as such, as clients of the API server do: kstatus takes no other generation.
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON(text); err != nil {
			return err
		}
		kstatus, err := status.Compute(object)
		if err != nil {
			return err
		}
		other, err := flux.Compute(object)
		if err != nil {
			return err
		}
		if err := verdicts.Encode(verdict{kstatus.Status.String(), other.Status.String(), kstatus.Message}); err != nil {
			return err
		}
	}
}
