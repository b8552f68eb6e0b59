//! Every fact, exchange and refusal in words.
