// Asks through the client that openapi-generator makes for Go, and prints what arrived.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/url"
	"os"

	citypact "github.com/GIT_USER_ID/GIT_REPO_ID"
)

var ctx = context.Background()

func must[T any](answer T, _ any, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return answer
}

// problem is the typed problem that a request ended in.
func problem(err error) citypact.Problem {
	var refused *citypact.GenericOpenAPIError
	if !errors.As(err, &refused) {
		log.Fatal("not refused: ", err)
	}
	model, typed := refused.Model().(citypact.Problem)
	if !typed {
		log.Fatal("not typed: ", err)
	}
	return model
}

func main() {
	configuration := citypact.NewConfiguration()
	configuration.Servers = citypact.ServerConfigurations{{URL: os.Args[1]}}
	client := citypact.NewAPIClient(configuration)
	agreements := func() citypact.ApiListAgreementsRequest { return client.AgreementsAPI.ListAgreements(ctx) }
	agreement := func(id string) citypact.ApiGetAgreementRequest { return client.AgreementsAPI.GetAgreement(ctx, id) }

	next, err := url.Parse(must(agreements().Limit(3).Execute()).GetNext())
	if err != nil {
		log.Fatal(err)
	}
	observation := must(client.ObservationsAPI.GetObservation(ctx, "vn-investment-kr").Execute())
	_, _, unknown := agreement("daegu--danang").Execute()
	_, _, bad := agreements().Country([]string{"Vietnam"}).Execute()
	if observation.GetValue() != 70_000_000_000 || problem(bad).Errors[0].GetSuggestion() != "VN" {
		log.Fatal("not what was sent")
	}

	answers := map[string]any{
		"country":     must(agreements().Country([]string{"VN"}).Execute()),
		"countries":   must(agreements().Country([]string{"VN", "KR"}).Execute()),
		"agreement":   must(agreement("daegu--bac-ninh").Execute()),
		"observation": observation,
		"second_page": must(agreements().Limit(3).Cursor(next.Query().Get("cursor")).Execute()),
		"unknown":     problem(unknown),
		"bad":         problem(bad),
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}
