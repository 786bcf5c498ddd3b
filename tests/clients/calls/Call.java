import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.AgreementsApi;
import org.openapitools.client.api.ObservationsApi;
import org.openapitools.client.model.AgreementPage;
import org.openapitools.client.model.Observation;
import org.openapitools.client.model.Problem;

/** Asks through the client that openapi-generator makes for Java, and prints what arrived. */
public class Call {
    private static ApiClient client;
    private static AgreementsApi agreements;

    interface Request {
        Object send() throws ApiException;
    }

    private static AgreementPage page(Integer limit, String cursor, List<String> country) throws ApiException {
        return agreements.listAgreements(
                limit, cursor, country, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    private static Problem problem(Request request) throws Exception {
        try {
            request.send();
        } catch (ApiException error) {
            return client.getObjectMapper().readValue(error.getResponseBody(), Problem.class);
        }
        throw new AssertionError("Not refused.");
    }

    public static void main(String[] arguments) throws Exception {
        client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        agreements = new AgreementsApi(client);
        String following = page(3, null, null).getNext().toString().replaceAll(".*cursor=([^&]*).*", "$1");
        Observation observation = new ObservationsApi(client).getObservation("vn-investment-kr");
        Problem bad = problem(() -> page(null, null, List.of("Vietnam")));
        if (observation.getValue() != 70_000_000_000.0) throw new AssertionError(observation);
        if (!bad.getErrors().get(0).getSuggestion().equals("VN")) throw new AssertionError(bad);

        Map<String, Object> answers = new LinkedHashMap<>();
        answers.put("country", page(null, null, List.of("VN")));
        answers.put("countries", page(null, null, List.of("VN", "KR")));
        answers.put("agreement", agreements.getAgreement("daegu--bac-ninh"));
        answers.put("observation", observation);
        answers.put("second_page", page(3, following, null));
        answers.put("unknown", problem(() -> agreements.getAgreement("daegu--danang")));
        answers.put("bad", bad);
        System.out.write(client.getObjectMapper().writeValueAsBytes(answers));
        System.out.flush();
    }
}
