//! The date of a series: the spec's, else SOURCE_DATE_EPOCH, else a fixed one. Never the clock's.
//!
//! Who renders says what SOURCE_DATE_EPOCH is: nothing here reads the environment.

use schema::model::Spec;

use jiff::{SignedDuration, Timestamp, ZonedDateTime, fmt::rfc2822, tz::TimeZone};

/// Where neither the spec nor the environment gives a date: the start of the year in which the
/// feature that Patchwright was made for was mailed. A made-up date must be plain to see.
const FIXED: i64 = 1_577_836_800;

/// Why a date cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("SOURCE_DATE_EPOCH is not a number of seconds that has a date: {0}")]
pub struct BadEpoch(String);

/// The date of the cover letter: the spec's, else that of `epoch` (what SOURCE_DATE_EPOCH says), else a fixed one.
///
/// # Errors
/// The spec has none, and `epoch` is not a number of seconds.
pub fn series_date(spec: &Spec, epoch: Option<&str>) -> Result<ZonedDateTime, BadEpoch> {
    match &spec.series.date {
        Some(date) => Ok(date.clone()),
        None => date_of(epoch),
    }
}

fn date_of(epoch: Option<&str>) -> Result<ZonedDateTime, BadEpoch> {
    let seconds = match epoch {
        Some(text) => text
            .trim()
            .parse()
            .map_err(|_| BadEpoch(text.escape_default().to_string()))?,
        None => FIXED,
    };
    let stamp = Timestamp::from_second(seconds).map_err(|_| BadEpoch(seconds.to_string()))?;
    Ok(stamp.to_zoned_datetime(TimeZone::UTC))
}

/// The date of the mail `number`: one second later each, so that readers that sort by date keep the order.
pub(crate) fn mail_date(date: &ZonedDateTime, number: usize) -> ZonedDateTime {
    let seconds = i64::try_from(number).unwrap_or(0);
    date.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or_else(|_| date.clone())
}

/// `Wed, 12 Aug 2020 15:21:30 -0400`
pub(crate) fn header(date: &ZonedDateTime) -> String {
    rfc2822::to_string(date).unwrap_or_else(|_| date.strftime("%a, %-d %b %Y %T %z").to_string())
}

/// `20200812192130`, in UTC.
pub(crate) fn stamp(date: &ZonedDateTime) -> String {
    date.with_time_zone(TimeZone::UTC)
        .strftime("%Y%m%d%H%M%S")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::{date_of, header, mail_date, stamp};

    #[test]
    fn a_date_as_mails_have_it() {
        let used: jiff::ZonedDateTime = "2020-08-12T15:21:30-04:00[-04:00]".parse().unwrap();
        assert_eq!(header(&used), "Wed, 12 Aug 2020 15:21:30 -0400");
        assert_eq!(stamp(&used), "20200812192130");
        assert_eq!(
            header(&mail_date(&used, 2)),
            "Wed, 12 Aug 2020 15:21:32 -0400"
        );
    }

    #[test]
    fn without_either_the_date_is_fixed() {
        assert_eq!(
            header(&date_of(None).unwrap()),
            "Wed, 1 Jan 2020 00:00:00 +0000"
        );
        assert_eq!(
            header(&date_of(Some("0")).unwrap()),
            "Thu, 1 Jan 1970 00:00:00 +0000"
        );
        assert!(date_of(Some("soon")).is_err());
    }
}
