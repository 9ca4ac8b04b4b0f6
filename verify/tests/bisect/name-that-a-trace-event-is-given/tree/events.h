TRACE_EVENT(sent, PARAMS(int adap), PARAMS(adap));
