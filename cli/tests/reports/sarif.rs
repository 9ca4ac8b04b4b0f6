//! What GitHub's code scanning and the validator of SARIF's own SDK ask for beyond the schema.

use std::collections::BTreeSet;

use serde_json::Value;

/// Stops at what a reader would refuse.
pub(crate) fn check(log: &Value) {
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert!(is_absolute(&driver["informationUri"]), "{driver}");
    let rules = driver["rules"].as_array().unwrap();
    let ids: BTreeSet<&str> = rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), rules.len(), "an id names one rule");
    for rule in rules {
        for text in [
            &rule["shortDescription"]["text"],
            &rule["fullDescription"]["text"],
            &rule["help"]["text"],
            &rule["help"]["markdown"],
        ] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
        assert!(is_absolute(&rule["helpUri"]), "{rule}");
    }
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        // Only what fails has a level (3.27.10).
        assert_eq!(
            result["kind"] == "fail",
            result["level"] != "none",
            "{result}"
        );
        let places = result["locations"].as_array().unwrap();
        assert_eq!(places.len(), 1, "{result}");
        let artifact = &places[0]["physicalLocation"]["artifactLocation"];
        let uri = artifact["uri"].as_str().unwrap();
        assert!(
            !uri.is_empty() && !uri.starts_with('/') && !uri.contains(':'),
            "{uri}"
        );
        assert!(!uri.contains([' ', '\\']), "{uri}");
        let first = &places[0]["physicalLocation"]["region"]["startLine"];
        assert!(first.is_null() || first.as_u64().unwrap() > 0);
    }
    assert_eq!(
        fingerprints(log).len(),
        results.len(),
        "a fingerprint is one result's"
    );
}

/// The fingerprints of the results.
pub(crate) fn fingerprints(log: &Value) -> BTreeSet<String> {
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let prints = results.map(|result| result["partialFingerprints"]["patchwright/v1"].as_str());
    prints.map(|print| print.unwrap().to_owned()).collect()
}

fn is_absolute(uri: &Value) -> bool {
    uri.as_str()
        .is_some_and(|uri| uri.starts_with("https://") || uri.starts_with("man:"))
}
